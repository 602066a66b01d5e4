import type { Reference } from '../decide.ts'
import type { Evidence } from '../evidence.ts'
import { atMost90, toActor, toEvidence } from '../references.ts'
import type { MissionCommand } from './commands.ts'
import { placesOf } from './places.ts'

/** The actors, documents and statements that opening a mission or reporting a phase refers to. */
export function missionReferences(command: MissionCommand): Reference[] {
  const resolves = placesOf(command).length > 0
  switch (command.type) {
    case 'OpenMission': {
      const { organization, hosts, assertedBy, evidence } = command.data
      return atMost90([
        ...toActor(organization, 'organization'),
        ...hosts.flatMap((host, index) => toActor(host, 'hosts', index)),
        ...toActor(assertedBy, 'assertedBy'),
        ...restsOn(evidence, resolves),
      ])
    }
    case 'RecordPhase': {
      const { by, assertedBy, evidence } = command.data
      return atMost90([...toActor(by, 'by'), ...toActor(assertedBy, 'assertedBy'), ...restsOn(evidence, resolves)])
    }
  }
}

const restsOn = (evidence: readonly Evidence[], resolves: boolean) =>
  evidence.flatMap((item, index) => toEvidence(item, resolves, 'evidence', index))
