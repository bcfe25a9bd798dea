# One image for the gateway and for every agency; what a container runs is its command.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the runtime for machines that have another one: the image has its own.
RUN npm ci --omit=dev --omit=optional

# The page of the Playground, built with what only its building needs.
FROM node:26-bookworm-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY schema ./schema
COPY gateway ./gateway
RUN npm run build

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# Nothing in the image belongs to the user that runs it, but for the place of what it may write.
RUN install -d -o node -g node /data
COPY --from=packages /app/node_modules ./node_modules
# The lock file is a part of what the page was built from: a page that is fresh is not built again.
COPY package.json package-lock.json NOTICE ./
COPY schema ./schema
COPY subgraphs ./subgraphs
COPY gateway ./gateway
COPY --from=page /app/gateway/playground/dist ./gateway/playground/dist
USER node
ENV HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "gateway/main.ts", "--alone"]
