#!/bin/sh
# Rewrites arguments as the registry:2 and registry:3 images do:
#   a configuration file, or options     -> registry serve FILE ...
#   serve, garbage-collect, help, -...   -> registry ...
#   anything else                        -> run as given

# What both files below hold as long as nobody has mounted another.
pristine=/opt/stowage/share/config.yml

replaced() {
  [ -f "$1" ] && [ -r "$1" ] && ! cmp -s "$1" "$pristine"
}

# registry:2 and registry:3 keep their configuration at different places, and both are served here.
# Who mounts a file over one of them means that one, whatever path stands in the command.
mounted_in_place_of() {
  case $1 in
    /etc/docker/registry/config.yml) other=/etc/distribution/config.yml ;;
    /etc/distribution/config.yml) other=/etc/docker/registry/config.yml ;;
    *) return 1 ;;
  esac
  cmp -s "$1" "$pristine" && replaced "$other"
}

case ${1-} in
  *.yml | *.yaml) set -- serve "$@" ;;
esac

if [ "${1-}" = serve ] && mounted_in_place_of "${2-}"; then
  echo "configuration: $other is in use, because $2 is the image's own" >&2
  shift 2
  set -- serve "$other" "$@"
fi

case ${1-} in
  serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac

exec "$@"
