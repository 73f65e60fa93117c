# The scanner's scripts, as scripts/setup.py builds them, and two fonts: no other part of Node gets into the image.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static/js/scanner static/js/scanner
RUN npm run build

FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=academy.settings.production TZ=Asia/Shanghai

# LibreOffice turns PowerPoint files into slides (ADR 174). `--build-arg OFFICE=` leaves it out: 298 MB less.
ARG OFFICE=libreoffice-impress-nogui

RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 $OFFICE \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home academy \
    && install -d -o academy /data /data/media /data/private

WORKDIR /app
COPY requirements.production.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.production.lock

# Cut the fonts once for all versions of the code: it takes half a minute.
COPY academy/__init__.py academy/__init__.py
COPY academy/paper academy/paper
COPY package-lock.json ./
COPY --from=assets /app/node_modules/@fontsource/amiri/files/*-arabic-400-normal.woff node_modules/@fontsource/amiri/files/
COPY --from=assets /app/node_modules/@fontsource/noto-serif-tibetan/files/*-tibetan-400-normal.woff node_modules/@fontsource/noto-serif-tibetan/files/
RUN python -m academy.paper.build_fonts

COPY . .
COPY --from=assets /app/static/built static/built
RUN find locale -name '*.po' -exec sh -c 'msgfmt --check-format -o "${1%.po}.mo" "$1"' sh {} \;
# These values are not kept: collecting files requires the settings and uses none of them.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" PERSONAL_DATA_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= DATABASE_URL=sqlite:// PUBLIC_URL=https://- ALLOWED_HOSTS=- python manage.py collectstatic --noinput --verbosity=0

ENV MEDIA_ROOT=/data/media PRIVATE_ROOT=/data/private PAGES_ROOT=/data/pages
USER academy
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000", "academy.wsgi"]
