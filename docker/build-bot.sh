#!/usr/bin/env bash
# Makes the bot's own image, and the one that conversions run in (docker/build.sh).
#
#   docker/build-bot.sh [--force]      (--force: all anew, for Debian's security updates)
#
# BOT_IMAGE   the tag to build; else telegram-video-converter: and the version
#
# Packages are fetched outside of the build, in a container of its first stage, with this machine's
# way to its package index (PIP_INDEX_URL, proxies, certificates), none of which gets into an image.
# What is fetched must have the hashes of requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly wheels=build/wheels
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
image=${BOT_IMAGE:-telegram-video-converter:$version}

say() { printf 'bot image: %s\n' "$*"; }
die() { printf 'bot image: %s\n' "$*" >&2; exit 1; }

cache=()
case "${1:-}" in
    "") docker/build.sh ;;
    --force)
        cache=(--no-cache)
        docker/build.sh --force
        ;;
    *) die "unknown option $1; usage: docker/build-bot.sh [--force]" ;;
esac

log=$(mktemp)
trap 'rm -f "$log"' EXIT
network=()
# An engine that runs without its bridge gives a build no other way out.
if ! docker network inspect bridge >/dev/null 2>&1; then
    network=(--network host)
fi

# build OPTION…: a build whose words are only shown when it fails.
build() {
    docker build "${network[@]}" "${cache[@]}" --file docker/Dockerfile "$@" . >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "docker build failed"
    }
}

# fetch IMAGE FOLDER: the wheels of requirements.txt for that image's Python.
fetch() {
    local name file options=(--env PIP_DISABLE_PIP_VERSION_CHECK=1)
    for name in PIP_INDEX_URL PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT \
        HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || options+=(--env "$name")
    done
    file=${PIP_CERT:-${REQUESTS_CA_BUNDLE:-${SSL_CERT_FILE:-}}}
    if [ -n "$file" ]; then
        options+=(--env PIP_CERT=/cert.pem --volume "$(realpath "$file"):/cert.pem:ro")
    fi
    docker run --rm --network host --user "$(id -u):$(id -g)" "${options[@]}" \
        --volume "$PWD/requirements.txt:/requirements.txt:ro" --volume "$PWD/$2:/wheels" \
        "$1" /opt/venv/bin/pip download --quiet --no-cache-dir --require-hashes \
        --only-binary :all: --dest /wheels --requirement /requirements.txt
}

started=$SECONDS
build --target python --iidfile "$log.id"
python=$(cat "$log.id")
rm -f "$log.id"
made_for="$(sha256sum requirements.txt | cut -d' ' -f1) $python"
if [ "$(cat "$wheels/.made-for" 2>/dev/null)" != "$made_for" ]; then
    say "fetching packages"
    rm -rf "$wheels"
    mkdir -p "$wheels"
    fetch "$python" "$wheels" || die "the packages could not be fetched"
    printf '%s\n' "$made_for" >"$wheels/.made-for"
fi
say "building $image"
build --tag "$image"
say "$image is ready, $((SECONDS - started)) s"
