"""The embedded default, in a folder that goes away: the tests never touch a researcher's var/."""

import atexit
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="earwitness-tests-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["EARWITNESS_VAR"] = _FOLDER
for name in ("DATABASE_URL", "CELERY_BROKER_URL", "STORAGE_URL", "PUBLIC_URL", "ALLOWED_HOSTS"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403 - the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick logins; nothing secret here
