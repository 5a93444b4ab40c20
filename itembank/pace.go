package itembank

// Pace is how long people take over a revision.
type Pace struct {
	People  int // whose time is known
	Seconds float64
}

// Join is the pace of the people of both.
func (p Pace) Join(other Pace) Pace {
	n := p.People + other.People
	if n == 0 {
		return Pace{}
	}
	return Pace{n, (float64(p.People)*p.Seconds + float64(other.People)*other.Seconds) / float64(n)}
}
