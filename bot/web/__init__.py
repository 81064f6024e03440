"""A door for operators: metrics, health and readiness over HTTP. Knows no messenger."""
