// libnftables: nft(8) as a library (libnftables(3)).
#include <nftables/libnftables.h>
