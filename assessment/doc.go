// Package assessment holds what is asked of whom, when, and what they
// answered.
//
// A Series is a recurring rule: cron expression, audience, blueprint, rules.
// Each due time makes one Round; a round holds one seating per agency, a
// frozen roster of candidates and frozen forms. A candidate takes the round
// in an Attempt: every acknowledged change is an event of an append-only log,
// and the sheet of answers derives from it. The clock closes what nobody
// closed; a scoring run marks everything; a publication releases it.
//
//	planned → assembled → open → closed → scored → published
//	cancelled from any state before open
//
// Three types hold the use cases: Planner (series, by Vụ CCHC), Rounds (the
// due loop and release) and Taking (candidates). Each step of a round finds
// what should have happened and has not, and is safe to run again after any
// crash: one round per series and due time, one seating per round and agency,
// one attempt per candidate and try are unique keys of the database, and
// rounds change by compare-and-swap on their version.
//
// The server is the only clock. Keys never pass through Taking. Start reading
// at Series, then Rounds.Steps and Taking.Record.
package assessment
