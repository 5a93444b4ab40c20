package assessment_test

import (
	"context"
	"sync/atomic"
	"testing"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
)

// BenchmarkRecord saves one answer at a time for fifteen takers at once: each
// operation is one acknowledged, durable save. SQLite flushes to disk
// (synchronous=FULL); the throwaway PostgreSQL does not (fsync=off), so its
// figure is about statements, not disks.
func BenchmarkRecord(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *database.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := assessmenttest.New(b, open(b))
			round := w.OpenRound()
			var next atomic.Int64
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				who := w.Officials[int(next.Add(1)-1)%len(w.Officials)]
				a, err := w.Taking.Start(context.Background(), who, round.ID)
				if err != nil {
					b.Error(err)
					return
				}
				for seq := 1; pb.Next(); seq++ {
					flag := assessment.Event{Seq: seq, Position: 1 + seq%8, Kind: assessment.Flag}
					if _, err := w.Taking.Record(context.Background(), who, a.ID, a.Epoch, []assessment.Event{flag}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
