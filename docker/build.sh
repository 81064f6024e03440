#!/usr/bin/env bash
# Makes the image that conversions run in, unless an image of this very Dockerfile is there.
#
#   docker/build.sh [--force]      (--force: all anew, base too, for Debian's security updates)
#
# FFMPEG_IMAGE   the tag to build; else telegram-video-converter-ffmpeg:7.1
set -euo pipefail
cd "$(dirname "$0")"

readonly base=debian:trixie-slim
readonly label=telegram-video-converter.dockerfile
image=${FFMPEG_IMAGE:-telegram-video-converter-ffmpeg:7.1}

say() { printf 'image: %s\n' "$*"; }
die() { printf 'image: %s\n' "$*" >&2; exit 1; }

force=no
case "${1:-}" in
    "") ;;
    --force) force=yes ;;
    *) die "unknown option $1; usage: docker/build.sh [--force]" ;;
esac

command -v docker >/dev/null || die "docker is missing: apt-get install docker.io"
docker info >/dev/null 2>&1 || die "no Docker engine answers: is it running, and may you use it?"

want=$(sha256sum Dockerfile.ffmpeg | cut -d' ' -f1)
have=$(docker image inspect --format "{{ index .Config.Labels \"$label\" }}" "$image" 2>/dev/null || true)
if [ "$force" = no ] && [ "$have" = "$want" ]; then
    say "$image is up to date"
    exit 0
fi

if [ "$force" = yes ] || ! docker image inspect "$base" >/dev/null 2>&1; then
    again=()
    if [ "$force" = yes ]; then
        again=(--force)
    fi
    say "pulling $base"
    if ! timeout 60 docker pull --quiet "$base" >/dev/null 2>&1; then
        say "no image registry answers, making $base from Debian's packages"
        if [ "$(id -u)" = 0 ]; then
            ./import-base.sh "${again[@]}"
        else
            sudo -n --preserve-env=DEBIAN_MIRROR,DOCKER_HOST ./import-base.sh "${again[@]}" ||
                die "run this once as root: docker/import-base.sh"
        fi
    fi
fi

say "building $image"
started=$SECONDS
log=$(mktemp)
trap 'rm -f "$log"' EXIT
options=(--tag "$image" --label "$label=$want" --file Dockerfile.ffmpeg)
if [ "$force" = yes ]; then
    options+=(--no-cache)
fi
# An engine that runs without its bridge gives a build no other way out.
if ! docker network inspect bridge >/dev/null 2>&1; then
    options+=(--network host)
fi
if ! docker build "${options[@]}" . >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "docker build failed"
fi
say "$image is ready, $((SECONDS - started)) s"
