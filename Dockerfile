# One image for every role of the Procfile; the command names the role, `web` by default.
#   docker build -t regulars . && docker run --env-file settings.env -p 8000:8000 regulars
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.production.lock ./
# The lock's hashes hold for every download, and the project is built with what the lock installed.
RUN python -m venv /app \
 && /app/bin/pip install --no-cache-dir --require-hashes -r requirements.production.lock
COPY . .
RUN /app/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /home/regulars regulars \
 && mkdir /metrics && chown regulars /metrics
COPY --from=build /app /app
COPY Procfile /home/regulars/Procfile
COPY script/role /home/regulars/script/role
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PROMETHEUS_MULTIPROC_DIR=/metrics
USER regulars
WORKDIR /home/regulars
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/home/regulars/script/role"]
CMD ["web"]
