//go:build !unix

package lab

import "time"

var started = time.Now()

// cpuTime is the time since the start, where the system does not tell what
// the program has used of processors.
func cpuTime() time.Duration { return time.Since(started) }
