#!/bin/sh
# Lays out in /image what the base lacks, for an architecture (amd64, arm64) that this machine may not be able to run:
# Debian's packages and the user that the agent runs as. Packages are downloaded and unpacked, and what they would do when
# they are installed is done here; nothing of them is started.
set -eu
architecture=$1
shift

# apt as it would see it there: that architecture, and the packages that the base has.
mkdir -p /tmp/apt/state/lists/partial /tmp/apt/cache/archives/partial
cat > /tmp/apt/apt.conf <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Dir::State "/tmp/apt/state";
Dir::State::status "/image/var/lib/dpkg/status";
Dir::Cache "/tmp/apt/cache";
END
export APT_CONFIG=/tmp/apt/apt.conf
apt-get update
apt-get install --yes --no-install-recommends --download-only "$@"

for package in /tmp/apt/cache/archives/*.deb; do
  # /bin and the like are links in the base; they are here as well until everything is unpacked.
  for directory in bin sbin lib lib64; do
    mkdir -p "/image/usr/$directory"
    ln -sfn "usr/$directory" "/image/$directory"
  done
  dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory /image
  # So that whoever looks an image over for known faults sees these packages too.
  { dpkg-deb --field "$package" && echo "Status: install ok installed" && echo; } >> /image/var/lib/dpkg/status
done
rm -f /image/bin /image/sbin /image/lib /image/lib64
rmdir --ignore-fail-on-non-empty /image/usr/lib64

# The certificates of ca-certificates in one file: text, the same for every architecture.
unset APT_CONFIG
apt-get update
apt-get install --yes --no-install-recommends ca-certificates
cp -a /etc/ssl/certs /image/etc/ssl/
cp /etc/ca-certificates.conf /image/etc/

# The base's own user has the id that the agent gets.
for file in passwd group shadow gshadow; do
  sed -i '/^node:/d' "/image/etc/$file"
done
echo 'agent:x:1000:1000::/home/agent:/bin/bash' >> /image/etc/passwd
echo 'agent:x:1000:' >> /image/etc/group
echo 'agent:!:19000:0:99999:7:::' >> /image/etc/shadow
echo 'agent:!::' >> /image/etc/gshadow
mkdir /image-home
cp -a /etc/skel/. /image-home/
