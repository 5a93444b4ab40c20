package qti

import "sathach/itembank/exchange"

// remarks are how an item's explanation and feedback are written.
type remarks struct {
	outcomes []*elem
	rules    []*elem
	feedback []*elem
}

// remarks gives every option's feedback the option's own identifier, so that
// the response is the outcome that shows it. The explanation is always shown.
func (d *draft) remarks() remarks {
	var r remarks
	if r.feedback = d.optionFeedback(); r.feedback != nil {
		cardinality := "single"
		if d.Type == exchange.Multiple {
			cardinality = "multiple"
		}
		r.outcomes = append(r.outcomes, outcome("FEEDBACK", cardinality))
		r.rules = append(r.rules, tag("setOutcomeValue", []string{"identifier", "FEEDBACK"}, variable("RESPONSE")))
	}
	if d.Explanation != "" {
		r.outcomes = append(r.outcomes, outcome("SOLUTION", "single"))
		r.rules = append(r.rules, tag("setOutcomeValue", []string{"identifier", "SOLUTION"}, baseValue("identifier", "general")))
		r.feedback = append(r.feedback, d.modal("SOLUTION", "general", d.block(d.Explanation, nil)))
	}
	return r
}

func outcome(id, cardinality string) *elem {
	return tag("outcomeDeclaration", []string{"identifier", id, "cardinality", cardinality, "baseType", "identifier"})
}

func (d *draft) optionFeedback() []*elem {
	if !isChoice(d.Type) {
		return nil
	}
	var list []*elem
	for i, f := range d.OptionFeedback {
		if f != nil && *f != "" && i < len(d.Options) {
			list = append(list, d.modal("FEEDBACK", choiceID(i), plain("p", nil, d.flow(*f, nil)...)))
		}
	}
	return list
}

func isChoice(t exchange.Type) bool {
	return t == exchange.Single || t == exchange.Multiple || t == exchange.TrueFalse
}

func (d *draft) modal(outcome, id string, body *elem) *elem {
	if d.version == V30 {
		body = tag("contentBody", nil, body)
	}
	return tag("modalFeedback", []string{"outcomeIdentifier", outcome, "identifier", id, "showHide", "show"}, body)
}
