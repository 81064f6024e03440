#!/usr/bin/env bash
# Makes the base image debian:trixie-slim from Debian's packages where no image registry can be
# reached (CI, air-gapped machines): debootstrap into a temporary folder, then `docker import`.
#
#   docker/import-base.sh [--force]
#
# DEBIAN_MIRROR  where to take packages from; else this machine's own Debian mirror,
#                else http://deb.debian.org/debian
# TMPDIR         where to unpack (about 250 MB, not on a noexec or nodev mount); else /var/tmp
set -euo pipefail

readonly suite=trixie
readonly image=debian:trixie-slim
readonly default_mirror=http://deb.debian.org/debian

say() { printf 'import-base: %s\n' "$*"; }
die() { printf 'import-base: %s\n' "$*" >&2; exit 1; }

# The mirror that apt itself uses here, when this machine is a Debian.
apt_mirror() {
    command -v apt-get >/dev/null || return 0
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
        'Created-By: Packages' 2>/dev/null |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "main" && $4 ~ /^https?:/ {
            sub(/\/$/, "", $4); print $4; exit }'
}

force=no
case "${1:-}" in
    "") ;;
    --force) force=yes ;;
    *) die "unknown option $1; usage: docker/import-base.sh [--force]" ;;
esac

docker info >/dev/null 2>&1 || die "no Docker engine answers; start one first (see docker info)"
if [ "$force" = no ] && docker image inspect "$image" >/dev/null 2>&1; then
    say "$image is already there (--force makes it anew)"
    exit 0
fi
[ "$(id -u)" = 0 ] || die "debootstrap needs root: run it with sudo"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
[ -e "/usr/share/debootstrap/scripts/$suite" ] ||
    die "this debootstrap is too old to know $suite: upgrade the package debootstrap"

mirror=${DEBIAN_MIRROR:-$(apt_mirror)}
mirror=${mirror:-$default_mirror}
mirror=${mirror%/}

work=$(mktemp -d "${TMPDIR:-/var/tmp}/import-base.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM
root=$work/root
log=$work/debootstrap.log

say "unpacking Debian $suite from $mirror"
started=$SECONDS
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$log" 2>&1 || {
    tail -n 20 "$log" "$root/debootstrap/debootstrap.log" >&2 2>/dev/null || true
    die "debootstrap failed"
}

say "making it slim"
security=${mirror%/debian}/debian-security
{
    printf 'deb %s %s main\n' "$mirror" "$suite"
    for extra in "$mirror $suite-updates" "$security $suite-security"; do
        # A private mirror may carry only part of Debian.
        if wget -q --tries=1 --timeout=15 -O /dev/null "${extra% *}/dists/${extra#* }/InRelease"; then
            printf 'deb %s main\n' "$extra"
        fi
    done
} >"$root/etc/apt/sources.list"
cat >"$root/usr/sbin/policy-rc.d" <<'POLICY'
#!/bin/sh
exit 101
POLICY
chmod 0755 "$root/usr/sbin/policy-rc.d"
cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'DPKG'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
DPKG
cat >"$root/etc/apt/apt.conf.d/slim" <<'APT'
Acquire::Languages "none";
APT::Install-Recommends "false";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
APT
find "$root/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$root"/usr/share/{info,locale,man}/* "$root"/var/lib/apt/lists/* \
    "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/log/*.log
: >"$root/etc/machine-id"
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"

say "importing it as $image"
tar --numeric-owner --one-file-system -C "$root" -c . |
    docker import --change 'CMD ["bash"]' --message "debootstrap $suite" - "$image" >/dev/null
say "$image is ready, $((SECONDS - started)) s"
