import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm'
import { patience } from './clients.ts'

/** A client of the parameter store that gives up in time. One per process. In a file of its own: who signs loads it. */
export const ssm = (config: SSMClientConfig = {}) => new SSMClient({ ...patience(3_000), ...config })
