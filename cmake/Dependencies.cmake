# Libraries, each from the distribution (cmake/packages.txt) and each as a target of its own.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

foreach(dep IN ITEMS
    uv:libuv curl:libcurl gumbo:gumbo igraph:igraph sqlite:sqlite3 cares:libcares psl:libpsl
    idn2:libidn2 crypto:libcrypto ssl:libssl zlib:zlib zstd:libzstd brotli:libbrotlidec
    xxhash:libxxhash hs:libhs pcre2:libpcre2-8 deflate:libdeflate jansson:jansson
    seccomp:libseccomp ini:inih uchardet:uchardet png:libpng jpeg:libjpeg webp:libwebp
    xml2:libxml-2.0 gmime:gmime-3.0 maxminddb:libmaxminddb)
  string(REPLACE ":" ";" pair ${dep})
  list(GET pair 0 name)
  list(GET pair 1 package)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
  add_library(dep::${name} ALIAS PkgConfig::${name})
endforeach()

# The one without a .pc file.
find_package(GIF 5.2 REQUIRED)
add_library(dep::gif ALIAS GIF::GIF)
