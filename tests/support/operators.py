"""A machine on which somebody runs a bot of their own: every setting that opens a port, names
people, or leads to something of theirs."""

VARIABLES = {
    "TELEGRAM_BOT_TOKEN": "987654321:" + "o" * 35,
    "TELEGRAM_API_URL": "http://127.0.0.1:9/operator",
    "TELEGRAM_PROXY": "http://operator:operator@127.0.0.1:9",
    "TELEGRAM_LOCAL": "true",
    "LOCAL_FILES_DIR": "/nowhere/operator/files",
    "UPDATES": "webhook",
    "WEBHOOK_URL": "https://operator.example/hook",
    "WEBHOOK_LISTEN": "0.0.0.0:8443",
    "WEBHOOK_SECRET": "operator",
    "WEBHOOK_NETWORKS": "10.0.0.0/8",
    "WEBHOOK_CERT": "/nowhere/operator/cert.pem",
    "WEBHOOK_KEY": "/nowhere/operator/key.pem",
    "DROP_PENDING_UPDATES": "true",
    "DATABASE_URL": "postgresql://operator:operator@127.0.0.1:9/operator",
    "ADMINS": "300001, 300002",
    "ACCESS": "allowlist",
    "ALLOWED": "1",
    "METRICS_LISTEN": "0.0.0.0:9108",
    # No loopback address: a bot wouldn't even start, as it lacks WEB_URL's https.
    "WEB_LISTEN": "0.0.0.0:8125",
    "WEB_URL": "http://localhost:8125",
    "DATA_DIR": "/nowhere/operator/data",
    "LOG_DIR": "/nowhere/operator/logs",
    "LOG_JSON": "true",
}
# What isn't ours to read leads away from this machine.
PROXIES = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}


def env_file(**other: str) -> str:
    """The text of a `.env` that says all this."""
    return "".join(f"{name}={value}\n" for name, value in (VARIABLES | other).items())
