# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci"]
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN ["node_modules/.bin/tsc", "-p", "tsconfig.build.json"]

FROM node:24-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=dev"]

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/evenkeel
COPY --from=dependencies /build/node_modules ./node_modules
COPY package.json LICENSE README.md ./
COPY schemas ./schemas
COPY examples ./examples
COPY --from=build /build/dist ./dist
RUN ["ln", "-s", "/opt/evenkeel/dist/main.js", "/usr/local/bin/evenkeel"]
RUN ["chmod", "0755", "/opt/evenkeel/dist/main.js"]
USER 65532:65532
WORKDIR /work
EXPOSE 9090
ENTRYPOINT ["evenkeel"]
