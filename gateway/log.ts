export { createLog, type ServerLog as GatewayLog } from '../schema/log.ts';
