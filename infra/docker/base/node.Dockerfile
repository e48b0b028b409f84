# Stands in for node:24-slim: Node and npm as their packages bring them, on Debian.
FROM hilo-base:debian
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
# The certificates that this machine trusts, so that npm reaches its registry by the same way as here.
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home --shell /bin/bash node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
