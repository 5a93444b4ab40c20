// Package analysis looks at scored rounds as measurements: how reliable their
// scores are, whether their forms are alike, what items are worth on the scale
// of the bank, whether items treat groups of people alike, and which answers
// honest work hardly explains.
//
// It runs after scoring, beside the due loop, and nothing waits for it: scores,
// bands and lists rest on marks alone. What it finds is written down with the
// run it was found in, once: a Report, item parameters (itembank.Parameters),
// abilities, and cases for a person to judge (Case).
//
// Data: the first try of everybody, since who tries again has seen items
// before. Omitted answers earn nothing; items not reached or not administered
// are missing (Lord, 1974; Mislevy and Wu, 1996). The mathematics is in
// scoring/ctt, irt, linking, fairness, decision and integrity; here is what is
// read, what is asked of it, and from how many people on.
//
// Start reading at Analyst.Analyse and Report.
package analysis
