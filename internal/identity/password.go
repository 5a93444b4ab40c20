package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// OWASP's minimum for argon2id: 19 MiB, 2 passes, one lane.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	argonKey    = 32
)

// hashing bounds how many passwords are hashed at once: each needs its own
// memory and a processor.
var hashing = make(chan struct{}, runtime.NumCPU())

// hashPassword makes a PHC string.
func hashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes, b64(salt), b64(key))
}

// longestPassword keeps a request from hashing a book.
const longestPassword = 256

// passwordMatches compares in constant time. A hash that cannot be read, or
// none, costs as much as a wrong password.
func passwordMatches(ctx context.Context, phc, password string) bool {
	if len(password) > longestPassword {
		return false
	}
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false
	}
	salt, want, memory, passes, lanes, ok := parsePHC(phc)
	if !ok {
		salt, want, memory, passes, lanes = make([]byte, 16), make([]byte, argonKey), argonMemory, argonPasses, argonLanes
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && ok
}

func parsePHC(phc string) (salt, key []byte, memory, passes uint32, lanes uint8, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	return salt, key, memory, passes, lanes, saltErr == nil && keyErr == nil && len(key) >= 16
}
