# syntax=docker/dockerfile:1
# The production image; docker-compose.yml shows what stands around it.

FROM python:3.12-slim-bookworm AS dependances
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements.txt

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin aidants-connect
COPY --from=dependances /venv /venv

WORKDIR /app
COPY . .
# The fonts' cache and Python's temporary files go to /tmp: the rest can be read-only. Two arenas of
# memory for eight threads: each would otherwise keep one of its own.
ENV PATH=/venv/bin:$PATH \
    MALLOC_ARENA_MAX=2 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/cache
RUN python -m deploiement.valeurs_jetables collectstatic --noinput --verbosity 0

ENV AC_ENVIRONNEMENT=production
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "deploiement.sonde"]
CMD ["gunicorn", "--config", "deploiement/gunicorn.py", "aidants_connect.wsgi"]
