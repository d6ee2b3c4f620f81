// libyaml, the reader of YAML 1.1 by events (Debian: libyaml-dev).
#include <yaml.h>
