# Web, recorder, telegram and discord: one image, the command says which.

FROM python:3.12-slim-bookworm AS install
RUN python -m venv /opt/bot
WORKDIR /lock
COPY requirements/services.txt ./
RUN /opt/bot/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r services.txt

FROM python:3.12-slim-bookworm
# The last one: a proxy with TLS reaches the web process through docker's gateway, and says who is
# asking; without it all people would have one address, and wrong passwords of one lock out all.
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp BOT_DATA_DIR=/app/var \
    FORWARDED_ALLOW_IPS=127.0.0.1,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16
WORKDIR /app
COPY --from=install /opt/bot /opt/bot
COPY bot bot
COPY stories stories
# The recorder's volume is mounted here and takes its owner from this folder.
RUN install -d -o 10001 -g 10001 var
USER 10001:10001
CMD ["python", "-m", "bot"]
