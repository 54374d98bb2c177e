"""The four plans, each thin: parameters, rules, analysis, view."""
