# Read by build.sh: this machine's own apt, pip and Maven settings and trust store, as files that builds mount as secrets.
# Mirrors, proxies, tokens and CA certificates thus reach a build step and no layer, label or history of an image.

# archive RELEASE: the address of the Debian archive from which this machine's apt takes RELEASE
archive() {
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null | awk -v release="$1" '$1 == release { print $2; exit }'
}

debian_mirrors() {
    local codename=
    if grep -q '^ID=debian$' /etc/os-release; then codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME"); fi
    DEBIAN_MIRROR=${DEBIAN_MIRROR:-${codename:+$(archive "$codename")}}
    [ -n "$DEBIAN_MIRROR" ] || fail "本机的 apt 没有 Debian 源：请将 DEBIAN_MIRROR 设为一个 Debian 镜像站的地址" \
        "this machine's apt names no Debian archive; set DEBIAN_MIRROR to the address of a mirror of Debian"
    DEBIAN_MIRROR=${DEBIAN_MIRROR%/}
    DEBIAN_SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR:-${codename:+$(archive "$codename-security")}}
    DEBIAN_SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR:-$DEBIAN_MIRROR-security}
    DEBIAN_SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR%/}
}

# Paths of this machine mean nothing in a build, so of apt's settings only what tells how to fetch goes along.
apt_settings() {
    if command -v apt-config >/dev/null; then
        apt-config dump | grep -iE '^Acquire::(https?(::[^ ]*)?(Proxy|Timeout|Pipeline-Depth|Verify-Peer|Verify-Host)|Retries|Check-Date|Check-Valid-Until|ForceIPv[46])[ :]' || true
    fi
    cat <<END
Acquire::https::CaInfo "/run/secrets/ca";
Dir::Etc::SourceList "/run/secrets/sources";
Dir::Etc::netrc "/run/secrets/auth";
APT::Sandbox::User "root";
END
}

apt_sources() {
    printf 'deb %s %s main\n' "$DEBIAN_MIRROR" "$SUITE" "$DEBIAN_MIRROR" "$SUITE-updates" "$DEBIAN_SECURITY_MIRROR" "$SUITE-security"
}

pip_settings() {
    local pip
    pip=$(command -v pip || command -v pip3 || true)
    printf '[global]\n'
    [ -z "$pip" ] || "$pip" config list | sed -nE "s/^(global|install|:env:)\.(index-url|extra-index-url|trusted-host|proxy|timeout|default-timeout|retries)='(.*)'$/\2 = \3/p"
    [ -z "${PIP_INDEX_URL:-}" ] || [ -n "$pip" ] || printf 'index-url = %s\n' "$PIP_INDEX_URL"
}

maven_settings() {
    local file
    for file in "${MAVEN_SETTINGS:-}" "${HOME:-/root}/.m2/settings.xml" /etc/maven/settings.xml; do
        if [ -n "$file" ] && [ -r "$file" ]; then cat "$file"; return; fi
    done
    printf '<settings/>\n'
}

trusted_certificates() {
    local file
    for file in "${CA_BUNDLE:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
        if [ -n "$file" ] && [ -r "$file" ]; then cat "$file"; return; fi
        [ -z "${CA_BUNDLE:-}" ] || fail "CA_BUNDLE 是 ${CA_BUNDLE}，但无法读取该文件：请检查路径和权限" \
            "CA_BUNDLE is $CA_BUNDLE, and no such file can be read; see that it is there, and who may read it"
    done
}

# write_secrets DIR
write_secrets() {
    debian_mirrors
    apt_settings >"$1/apt"
    apt_sources >"$1/sources"
    cat /etc/apt/auth.conf /etc/apt/auth.conf.d/*.conf 2>/dev/null >"$1/auth" || true # most machines have none of these
    pip_settings >"$1/pip"
    maven_settings >"$1/maven"
    trusted_certificates >"$1/ca"
}
