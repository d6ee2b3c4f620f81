// libssl: TLS over memory buffers (ssl(7ssl), BIO_s_mem(3ssl)). Wraps OpenSSL's function-like macros, which Swift cannot
// call.
#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline int causeway_ssl_require_tls12(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// Releases the buffers of idle connections and disables session resumption: each connection authenticates again.
static inline void causeway_ssl_set_modes(SSL_CTX *context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
}

static int causeway_ssl_no_password(char *buffer, int size, int is_writing, void *data) {
  (void)buffer, (void)size, (void)is_writing, (void)data;
  return -1;
}

// Refuses encrypted keys: OpenSSL would ask for the password on the terminal.
static inline void causeway_ssl_refuse_passwords(SSL_CTX *context) {
  SSL_CTX_set_default_passwd_cb(context, causeway_ssl_no_password);
}

static inline long causeway_ssl_set_server_name(SSL *connection, const char *name) {
  return SSL_set_tlsext_host_name(connection, name);
}

static inline int causeway_ssl_error_reason(unsigned long code) { return ERR_GET_REASON(code); }
