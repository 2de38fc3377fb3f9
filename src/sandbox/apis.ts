/** The APIs that the sandbox serves. What is not listed here does not exist for clients. */

import { API_KEYS } from '../protocol/keys.js';
import type { Api } from './api.js';
import { apiVersions } from './apis/api-versions.js';
import { createTopics } from './apis/create-topics.js';
import { deleteTopics } from './apis/delete-topics.js';
import { describeConfigs } from './apis/describe-configs.js';
import { describeGroups } from './apis/describe-groups.js';
import { fetch } from './apis/fetch.js';
import { findCoordinator } from './apis/find-coordinator.js';
import { heartbeat } from './apis/heartbeat.js';
import { initProducerId } from './apis/init-producer-id.js';
import { joinGroup } from './apis/join-group.js';
import { leaveGroup } from './apis/leave-group.js';
import { listGroups } from './apis/list-groups.js';
import { listOffsets } from './apis/list-offsets.js';
import { metadata } from './apis/metadata.js';
import { offsetCommit } from './apis/offset-commit.js';
import { offsetFetch } from './apis/offset-fetch.js';
import { offsetForLeaderEpoch } from './apis/offset-for-leader-epoch.js';
import { produce } from './apis/produce.js';
import { syncGroup } from './apis/sync-group.js';

/** By rising API key. */
export const APIS: readonly Api[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  apiVersions,
  createTopics,
  deleteTopics,
  initProducerId,
  offsetForLeaderEpoch,
  describeConfigs,
];

const BY_KEY: ReadonlyMap<number, Api> = new Map(APIS.map((api) => [API_KEYS[api.name], api]));

export function apiByKey(key: number): Api | undefined {
  return BY_KEY.get(key);
}
