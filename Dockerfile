# The portal's image: docker build -t miglobe .
# A test runs the same RUN lines without Docker (tests/deploy/): keep them plain commands.

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt requirements-build.txt ./
# What runs the portal, without pip …
RUN python -m venv --without-pip /venv
RUN pip --python /venv/bin/python install --require-hashes -r requirements.txt
# … and what only builds it.
RUN python -m venv --without-pip /build
RUN pip --python /build/bin/python install --require-hashes -r requirements-build.txt
COPY . .
COPY --from=assets /app/node_modules node_modules
RUN /build/bin/python tools/messages.py compile
RUN /build/bin/python -m tools.assets
RUN DEBUG=1 STATIC_ROOT=/app/staticfiles /venv/bin/python manage.py collectstatic --noinput --verbosity 0
RUN rm -rf node_modules tools static/vendor var
RUN /venv/bin/python -m compileall -q miglobe advisors requests_app

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/miglobe --shell /usr/sbin/nologin miglobe
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BIND=0.0.0.0:8000 \
    STATIC_ROOT=/app/staticfiles \
    VAR_DIR=/var/lib/miglobe
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER miglobe
VOLUME /var/lib/miglobe
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "miglobe.wsgi"]
