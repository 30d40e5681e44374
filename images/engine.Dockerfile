# The engine: Rasa, behind the queue. Python 3.10, because Rasa 3.6 runs on nothing newer; this image
# is on the inner network only and opens no port. x86-64 only: so is the sentence encoder's wheel.

FROM python:3.10-slim-bookworm AS install
RUN python -m venv /opt/bot
ENV PATH=/opt/bot/bin:$PATH
WORKDIR /lock
COPY requirements/engine.txt ./
# Three packages exist as source only. They are built with the setuptools and wheel of the lock, so
# that nothing comes in without a hash. --no-deps: the lock is complete, and leaves TensorFlow out.
RUN sed -n '/^\(setuptools\|wheel\)==/,/[^\\]$/p' engine.txt > first.txt \
    && pip install --no-cache-dir --no-deps --require-hashes -r first.txt \
    && pip install --no-cache-dir --no-deps --require-hashes --no-build-isolation -r engine.txt

# The first model is trained here, from the content that goes into this image, and lies in it with its
# recorded hash. Later ones come from the trainer; the engine itself can write none.
FROM install AS train
WORKDIR /app
COPY requirements/engine.txt requirements/
COPY config.yml ./
COPY bot bot
COPY nlu nlu
COPY stories stories
RUN --network=none python -m bot train

FROM python:3.10-slim-bookworm
# One thread: the encoder spins when it has more; add engines instead. HOME: /tmp is all it may write.
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive HOME=/tmp MPLCONFIGDIR=/tmp BOT_DATA_DIR=/app/var
WORKDIR /app
COPY --from=install /opt/bot /opt/bot
COPY --from=train /app/bot bot
COPY --from=train /app/stories stories
# A model's fingerprint covers what it is trained with.
COPY --from=train /app/requirements requirements
# Volumes are mounted here and take owner and content from these folders when they are new.
RUN install -d -o 10001 -g 10001 var/jobs
COPY --from=train --chown=10001:10001 /app/var/models var/models
COPY --from=train --chown=10001:10001 /app/var/cache var/cache
USER 10001:10001
CMD ["python", "-m", "bot", "engine"]
