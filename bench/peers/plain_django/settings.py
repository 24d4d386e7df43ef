"""Settings of the plain Django peer: SQLite as durable as our spool, no middleware."""

from __future__ import annotations

import os

SECRET_KEY = "of the benchmark's peer alone"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.peers.plain_django.urls"
INSTALLED_APPS = ["bench.peers.plain_django"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["PLAIN_DJANGO_DATABASE"],
        # Threads wait for each other's commits rather than fail.
        "OPTIONS": {
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}
