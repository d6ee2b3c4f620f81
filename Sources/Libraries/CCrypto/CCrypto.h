// libcrypto: message digests through its EVP interface (EVP_DigestInit(3ssl)).
#include <openssl/evp.h>
