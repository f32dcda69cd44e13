#!/usr/bin/env bash
# A Kerberos realm of its own (WEIR.TEST) on 127.0.0.1, for tests: MIT's KDC, which touches no file of the system and needs no root.
#
#   kdc.sh DIR PRINCIPAL…
#
# Keeps everything in DIR and makes there a krb5.conf and, for each principal NAME/HOST or NAME, NAME.keytab. Prints the path of krb5.conf once tickets are to
# be had, then runs until its standard input ends. Debian: apt-get install krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit
set -euo pipefail
die() { echo "kdc.sh: $*" >&2; exit 1; }
[ $# -ge 2 ] || die "usage: kdc.sh DIR PRINCIPAL…"
PATH=$PATH:/usr/sbin
for tool in krb5kdc kdb5_util kadmin.local; do command -v "$tool" >/dev/null || die "no $tool: see the first lines of this script"; done
mkdir -p "$1"
dir=$(cd "$1" && pwd) realm=WEIR.TEST
shift
export KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# Below the ports that the system hands out by itself.
until port=$((10000 + RANDOM % 20000)) && is_free "$port"; do :; done

# A realm's block must span lines.
cat >"$KRB5_CONFIG" <<P
[libdefaults]
  default_realm = $realm
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  default_ccache_name = FILE:$dir/ccache
[realms]
  $realm = {
    kdc = 127.0.0.1:$port
  }
P
cat >"$KRB5_KDC_PROFILE" <<P
[kdcdefaults]
  kdc_listen = 127.0.0.1:$port
  kdc_tcp_listen = 127.0.0.1:$port
[realms]
  $realm = {
    database_name = $dir/principal
    key_stash_file = $dir/stash
    acl_file = $dir/acl
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
  }
[logging]
  kdc = FILE:$dir/kdc.log
P
kdb5_util create -s -r "$realm" -P "$(head -c 16 /dev/urandom | base64)" >"$dir/create.log" 2>&1 || die "no realm: see $dir/create.log"
for principal; do
    keytab=$dir/${principal%%/*}.keytab
    kadmin.local -q "addprinc -randkey $principal" >>"$dir/create.log" 2>&1
    kadmin.local -q "ktadd -k $keytab $principal" >>"$dir/create.log" 2>&1
    [ -f "$keytab" ] || die "no keytab for $principal: see $dir/create.log"
done

with_parent=()
setpriv --pdeathsig KILL true 2>/dev/null && with_parent=(setpriv --pdeathsig KILL)
"${with_parent[@]}" krb5kdc -n >"$dir/krb5kdc.log" 2>&1 </dev/null &
kdc=$!
end() { kill "$kdc" 2>/dev/null || true; wait "$kdc" 2>/dev/null || true; }
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
while is_free "$port"; do
    kill -0 "$kdc" 2>/dev/null || die "the KDC did not start: see $dir/krb5kdc.log"
    read -r -t 0.1 _ || [ $? -gt 128 ] || exit 0
done
echo "$KRB5_CONFIG"
while kill -0 "$kdc" 2>/dev/null; do
    read -r -t 1 _ || [ $? -gt 128 ] || exit 0
done
die "the KDC ended: see $dir/kdc.log"
