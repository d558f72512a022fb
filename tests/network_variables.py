"""What an environment says of proxies, authorities and credentials, in small letters; capitals count as well."""

NETWORK_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "requests_ca_bundle",
    "curl_ca_bundle",
    "ssl_cert_file",
    "netrc",
)
