"""Doors for operators over HTTP: metrics, health and readiness; and the dashboard's pages."""
