# SPDX-FileCopyrightText: the tosmonitor contributors
# SPDX-License-Identifier: EUPL-1.2
FROM python:3.12-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium fonts-liberation tini \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 10001 tosmonitor
WORKDIR /srv/tosmonitor

COPY pyproject.toml README.md LICENSE ./
COPY tosmonitor ./tosmonitor
RUN pip install --no-cache-dir .

COPY services.yaml ./
RUN mkdir -p snapshots && chown tosmonitor:tosmonitor snapshots
USER tosmonitor
VOLUME /srv/tosmonitor/snapshots
ENV TOSMONITOR_ARCHIVE=/srv/tosmonitor/snapshots/tosmonitor.db
EXPOSE 8000
HEALTHCHECK --interval=60s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "tosmonitor"]
CMD ["run", "--host", "0.0.0.0"]
