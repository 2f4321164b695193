# PartnerHub as production runs it: one image for web, worker and beat. See docker-compose.yml and docs/running.md.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

# Letters for names on certificates, beyond those of western Europe.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes --requirement requirements/base.txt

COPY . .
# Collecting needs the settings, not the servers: these values are for this line only.
RUN useradd --create-home --uid 1000 partnerhub \
 && mkdir /data \
 && chown partnerhub /data \
 && DATABASE_URL=postgres://x@localhost/x REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    SECRET_KEY=only-to-collect ALLOWED_HOSTS=localhost STATIC_ROOT=/app/staticfiles DATA_DIR=/data \
    python manage.py collectstatic --noinput --verbosity 0

ENV DATA_DIR=/data STATIC_ROOT=/app/staticfiles PORT=8000
USER partnerhub
EXPOSE 8000
CMD ["gunicorn", "partnerhub.wsgi", "--bind", "0.0.0.0:8000", "--preload", "--workers", "4", "--worker-class", "gthread", "--threads", "8", "--no-control-socket", "--limit-request-line", "8190", "--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(b)s %(M)s ms"]
