#!/bin/sh
# As in the official image: each /etc/nginx/templates/NAME.template becomes conf.d/NAME, with the variables that are set put in.
#
# NGINX_ENVSUBST_OUTPUT_DIR  where they go   (/etc/nginx/conf.d)
set -eu

templates=/etc/nginx/templates
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}

# refuse CHINESE ENGLISH
refuse() { printf 'nginx 未启动：%s\nnginx does not start: %s\n' "$1" "$2" >&2; exit 78; } # EX_CONFIG

[ -w /tmp ] || refuse "用户 $(id -u) 无法写入 /tmp：请在该处挂载 tmpfs" "/tmp cannot be written by user $(id -u); mount a tmpfs there"
# only what is set: $host, $uri and their like belong to nginx
set_variables=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p')
for template in "$templates"/*.template; do
    [ -f "$template" ] || continue
    [ -w "$output" ] || refuse "用户 $(id -u) 无法写入 ${output}：请在该处挂载 tmpfs，并设 uid=$(id -u)" \
        "$output cannot be written by user $(id -u); mount a tmpfs there with uid=$(id -u)"
    envsubst "$set_variables" <"$template" >"$output/$(basename "$template" .template)"
done
exec "$@"
