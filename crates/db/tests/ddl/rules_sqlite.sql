CREATE TABLE "rules_ruled" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "age" bigint NOT NULL, "most" bigint NULL, "called" varchar(9) NOT NULL, "is_open" bool DEFAULT 1 NOT NULL, "other_id" bigint NOT NULL, "parent_id" bigint NULL REFERENCES "rules_ruled" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "adult" CHECK (("age" >= 18 AND (NOT ("is_open") OR NOT ("called" = 'x')))), CONSTRAINT "least" CHECK (("age" < ("most") OR "most" IS NULL)));
CREATE TABLE "rules_ruled_friends" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "from_ruled_id" bigint NOT NULL REFERENCES "rules_ruled" ("id") DEFERRABLE INITIALLY DEFERRED, "to_ruled_id" bigint NOT NULL REFERENCES "rules_ruled" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX "one_open" ON "rules_ruled" ("called") WHERE ("is_open" AND "called" IN ('a', 'b'));
CREATE INDEX "rules_ruled_parent_id_5b6439f9" ON "rules_ruled" ("parent_id");
CREATE INDEX "rules_ruled_called_1f1055_idx" ON "rules_ruled" ("called", "age" DESC);
CREATE UNIQUE INDEX "rules_ruled_friends_from_ruled_id_to_ruled_id_2a4b6a5c_uniq" ON "rules_ruled_friends" ("from_ruled_id", "to_ruled_id");
CREATE INDEX "rules_ruled_friends_from_ruled_id_adba4850" ON "rules_ruled_friends" ("from_ruled_id");
CREATE INDEX "rules_ruled_friends_to_ruled_id_36e78f30" ON "rules_ruled_friends" ("to_ruled_id");
