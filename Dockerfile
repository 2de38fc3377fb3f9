# Builds with everything, ships with Node, the compiled files and what they need at run time.
FROM node:22.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs an install script: their binaries are in their tarballs. The build has its own step.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
# Without test/bench: the compiler takes what is there.
COPY src src
COPY generators generators
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts

FROM node:22.20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY config config
# Root is needed for nothing.
USER node
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# It takes SIGTERM itself: what is under way is flushed and counted before it ends.
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["demo", "--metrics-host", "0.0.0.0"]
