# The console: the services' packages, git for the drafts of content, and the content itself.

FROM python:3.12-slim-bookworm AS install
RUN python -m venv /opt/bot
WORKDIR /lock
COPY requirements/services.txt ./
RUN /opt/bot/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r services.txt

FROM python:3.12-slim-bookworm AS system
# From Debian, signed; every draft of content is a commit with its author.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*

FROM system
# The last one: nobody but the web process reaches it, which says who is asking and how.
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp BOT_DATA_DIR=/app/var FORWARDED_ALLOW_IPS=*
WORKDIR /app
COPY --from=install /opt/bot /opt/bot
COPY bot bot
COPY stories stories
# A model's fingerprint covers what it is trained with.
COPY requirements/engine.txt requirements/
# Volumes are mounted on these folders, and take owner and content from them when they are new.
RUN install -d -o 10001 -g 10001 var var/draft var/jobs var/models content
COPY --chown=10001:10001 config.yml content/
COPY --chown=10001:10001 nlu content/nlu
COPY --chown=10001:10001 stories content/stories
COPY --chown=10001:10001 tests/nlu content/tests/nlu
COPY --chown=10001:10001 tests/conversations content/tests/conversations
COPY --chown=10001:10001 docs/evaluation.json content/docs/
USER 10001:10001
CMD ["python", "-m", "bot", "console"]
