#!/usr/bin/env bash
# Makes one archive from which a machine without any network installs Fuxue: images, compose files, guides and bills of materials.
#
#   deploy/bundle.sh [DIRECTORY]      fuxue-VERSION-ARCHITECTURE.tar and its .sha256, in DIRECTORY (dist)
#
# The images are those that docker compose would start here: as .env or the environment names them, built or pulled before.
# Prometheus' and Grafana's come along where they are here, and so does the Compose plugin. No secret does.
#
# FUXUE_BUNDLE_COMPRESSED   no: the images as they are, three times as large, made and loaded sooner   (yes)
set -euo pipefail
umask 022 # what it packs is read by containers, each as a user of its own
exec </dev/null
case ${1:-} in -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;; esac

root=$(cd "$(dirname "$0")/.." && pwd)
into=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$root"
OLDEST_COMPOSE=2.24.4 # the first whose overlays may say !override
OPTIONAL='^(PROMETHEUS|GRAFANA)_IMAGE$'

say() { printf 'bundle: %s\n' "$@" >&2; } # in Chinese, then in English
fail() { say "$@"; exit 1; }

docker compose version >/dev/null 2>&1 && docker version >/dev/null 2>&1 || fail \
    "没有带 Compose v2 的容器引擎应答：请运行 deploy/engine.sh 启动一个" \
    "no container engine with Compose v2 answers; deploy/engine.sh starts one"
found=$(docker compose version --short | sed 's/^v//') # the bundle brings it along
[ "$(printf '%s\n%s\n' "$OLDEST_COMPOSE" "$found" | sort -V | head -n 1)" = "$OLDEST_COMPOSE" ] \
    || fail "Docker Compose $found 太旧；复学需要 $OLDEST_COMPOSE 或更新的版本：请运行 deploy/engine.sh 安装" \
        "Docker Compose $found is too old; Fuxue needs $OLDEST_COMPOSE or newer, which deploy/engine.sh brings"
name=fuxue-$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' services/version.py)-$(docker version --format '{{.Server.Arch}}')
scratch=$(mktemp -d "$into/.bundle.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
bundle=$scratch/$name
mkdir -p "$bundle/files/deploy/images" "$bundle/sbom"

# What `image: ${VARIABLE:-default}` means here: lines of VARIABLE=name
image_names() {
    local variable default set_here
    grep -ohE 'image: \$\{[A-Z]+_IMAGE:-[^}]+\}' docker-compose.yml deploy/compose.*.yml | sort -u | sed -E 's/.*\{([A-Z_]+):-(.*)\}/\1 \2/' \
        | while read -r variable default; do
            set_here=${!variable:-$([ ! -f .env ] || sed -n "s/^$variable=//p" .env | tail -n 1)}
            printf '%s=%s\n' "$variable" "${set_here:-$default}"
        done
}

choose_images() {
    local variable image
    while IFS='=' read -r variable image; do
        if docker image inspect "$image" >/dev/null 2>&1; then
            printf '%s=%s\n' "$variable" "$image" >>"$bundle/images.env"
        elif [[ $variable =~ $OPTIONAL ]]; then
            say "这里没有 ${image}，不装入" "$image is not here and stays out"
        else
            fail "引擎中没有镜像 ${image}：请用 deploy/images/build.sh 构建，或用 docker compose pull 取得" \
                "the engine has no image $image; deploy/images/build.sh builds it, docker compose pull brings it"
        fi
    done < <(image_names)
}

# The images' files are read, nothing of them is run but Python, in Fuxue's own image.
write_boms() {
    local image container fuxue
    fuxue=$(sed -n 's/^FUXUE_IMAGE=//p' "$bundle/images.env")
    for image in "${images[@]}"; do
        container=$(docker create "$image" none)
        docker export "$container" \
            | docker run --rm --interactive --network none --volume "$root/deploy/sbom.py:/sbom.py:ro" "$fuxue" \
                python3 /sbom.py "$image" "$(docker image inspect --format '{{.Id}}' "$image")" >"$bundle/sbom/${image//[\/:]/_}.cdx.json" \
            || { docker rm "$container" >/dev/null; fail "未能写出 $image 的物料清单：原因见上面几行" "the bill of materials of $image could not be written; the lines above say why"; }
        docker rm "$container" >/dev/null
    done
}

# Of deploy/secrets the empty directories alone, whatever has been made there.
copy_files() {
    local plugin
    cp -R docker-compose.yml docs "$bundle/files/"
    cp -R deploy/compose.*.yml deploy/example.env deploy/gateway deploy/nginx deploy/kafka deploy/postgres deploy/prometheus deploy/grafana \
        deploy/dashboards deploy/examples "$bundle/files/deploy/"
    find "$bundle/files/deploy/prometheus/alertmanagers" -type f ! -name .gitignore -delete # what stands there is this machine's own
    cp deploy/images/README.md "$bundle/files/deploy/images/" # the guides lead there
    find deploy/secrets -name .gitignore -exec cp --parents {} "$bundle/files/" \;
    chmod -R u=rwX,go=rX "$bundle/files" # this tree may stand here under a narrower one
    cp deploy/load.sh "$bundle/load.sh"
    plugin=$(docker info --format '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}')
    [ -z "$plugin" ] || cp -L "$plugin" "$bundle/docker-compose"
}

choose_images
mapfile -t images < <(cut -d = -f 2 "$bundle/images.env" | sort -u)
say "正在保存 ${images[*]}" "saving ${images[*]}"
if [ "${FUXUE_BUNDLE_COMPRESSED:-yes}" = no ]; then
    docker save --output "$bundle/images.tar" "${images[@]}"
else
    docker save "${images[@]}" | gzip -1 >"$bundle/images.tar.gz"
fi
say "正在写物料清单" "writing bills of materials"
write_boms
copy_files
(cd "$bundle" && find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar -C "$scratch" --owner 0 --group 0 -cf "$scratch/$name.tar" "$name"
(cd "$scratch" && sha256sum "$name.tar" >"$name.tar.sha256")
mv "$scratch/$name.tar" "$scratch/$name.tar.sha256" "$into/"
printf '%s\n' "$into/$name.tar"
