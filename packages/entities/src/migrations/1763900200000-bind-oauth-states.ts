import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Somebody who is signed in links another way in: such a state belongs to the person and to that sign-in. */
export class BindOauthStates1763900200000 implements MigrationInterface {
  readonly name = 'BindOauthStates1763900200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE oauth_states
        ADD purpose text NOT NULL DEFAULT 'sign_in'
            CONSTRAINT oauth_states_purpose_known CHECK (purpose IN ('sign_in', 'link')),
        ADD user_id uuid CONSTRAINT oauth_states_user_fk REFERENCES users (id) ON DELETE CASCADE,
        ADD sign_in_id uuid,
        ADD CONSTRAINT oauth_states_link_has_person
            CHECK ((purpose = 'link') = (user_id IS NOT NULL) AND (user_id IS NULL) = (sign_in_id IS NULL))`);
    await queryRunner.query(`CREATE INDEX oauth_states_by_user ON oauth_states (user_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE oauth_states DROP COLUMN sign_in_id, DROP COLUMN user_id, DROP COLUMN purpose`);
  }
}
