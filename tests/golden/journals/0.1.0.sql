BEGIN TRANSACTION;
CREATE TABLE actions (
    job TEXT PRIMARY KEY, execution TEXT NOT NULL, stage TEXT NOT NULL, action TEXT NOT NULL, attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL,
    token TEXT, expires REAL, message TEXT NOT NULL DEFAULT '', variables TEXT, artifacts TEXT,
    summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', fingerprint TEXT, reused TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO "actions" VALUES('3aaf03d9-f8df-5a9b-b752-9e42491011a0','edda2229-e0c0-45df-a171-74a2a00a655a','Test','Work',1,0,'Succeeded',1.79556417338455605509e+09,1.79556417338600802415e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('3b2155c5-cb1e-5973-b9c6-fb2c92e70f72','9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Test','Work',1,0,'Succeeded',1.79556417332905340197e+09,1.79556417333050155637e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('5c455ec8-94d6-5ed0-a70f-ed978fbcd987','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff','Source','Checkout',1,0,'Succeeded',1.79556417334842753413e+09,1.7955641733606524467e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('5c6510c5-6b63-52da-9467-418e3e625c57','edda2229-e0c0-45df-a171-74a2a00a655a','Live','GoLive',1,0,'InProgress',1.79556417338600802415e+09,1.79556417338600802415e+09,'bfccedf2-3814-5e21-b51d-6f6e93ce089f',1.79616897338600802424e+09,'Ship it?',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('622bd37d-6c08-576e-aced-7124b68e0e6e','9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Source','Checkout',1,0,'Succeeded',1.7955641733074240684e+09,1.79556417332905340197e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('83502877-aa4f-5f18-90d4-1dc2197903c3','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff','Test','Work',1,0,'Failed',1.7955641733606524467e+09,1.79556417336211109154e+09,NULL,NULL,'',NULL,NULL,'','','JobFailed','broken',NULL,'');
INSERT INTO "actions" VALUES('8b5b86cf-2616-503e-8c2a-a20c4120c108','edda2229-e0c0-45df-a171-74a2a00a655a','Source','Checkout',1,0,'Succeeded',1.79556417337137699122e+09,1.79556417338455605509e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('8f8a9f64-594e-5528-8da6-8c00b87a0f7d','9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Live','GoLive',1,0,'Succeeded',1.79556417333050155637e+09,1.79556417333095121383e+09,NULL,1.79616897333050155646e+09,'Ship it?',NULL,NULL,'given when the run was started','','','',NULL,'');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, execution TEXT, at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'site',NULL,1.7955641733074240684e+09,'PipelineCreated','{"v":1,"version":1,"definition":{"pipeline":{"name":"site","role_arn":"${Parameter.PipelineRoleArn}","artifact_store":{"location":"${Parameter.ArtifactBucket}"},"stages":[{"name":"Source","actions":[{"name":"Checkout","action_type_id":{"category":"Source","owner":"AWS","provider":"S3"},"configuration":{"S3Bucket":"sources","S3ObjectKey":"shop.zip"},"output_artifacts":[{"name":"CheckoutOutput"}]}]},{"name":"Test","actions":[{"name":"Work","action_type_id":{"category":"Test","owner":"Custom","provider":"T"},"input_artifacts":["CheckoutOutput"]}]},{"name":"Live","actions":[{"name":"GoLive","action_type_id":{"category":"Approval","owner":"AWS","provider":"Manual"},"configuration":{"CustomData":"Ship it?"}}]}]},"origin":{"places":{"":{"file":"/home/user/write.py","line":20},"Source":{"file":"/home/user/write.py","line":20},"Source/Checkout":{"file":"/home/user/write.py","line":17},"Test":{"file":"/home/user/write.py","line":20},"Test/Work":{"file":"/home/user/write.py","line":18},"Live":{"file":"/home/user/write.py","line":20},"Live/GoLive":{"file":"/home/user/write.py","line":19}},"makers":{"CheckoutOutput":"Checkout"}}}}');
INSERT INTO "events" VALUES(2,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.7955641733074240684e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(3,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.7955641733074240684e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(4,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.7955641733074240684e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"622bd37d-6c08-576e-aced-7124b68e0e6e","attempt":1,"deadline":1795567773.307424}');
INSERT INTO "events" VALUES(5,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.7955641733074240684e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(6,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417332905340197e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"622bd37d-6c08-576e-aced-7124b68e0e6e","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795564173.3232028}');
INSERT INTO "events" VALUES(7,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417332905340197e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(8,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417332905340197e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(9,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417332905340197e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"3b2155c5-cb1e-5973-b9c6-fb2c92e70f72","attempt":1,"deadline":1795650573.3290534}');
INSERT INTO "events" VALUES(10,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417332983398434e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"3b2155c5-cb1e-5973-b9c6-fb2c92e70f72"}');
INSERT INTO "events" VALUES(11,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333050155637e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"3b2155c5-cb1e-5973-b9c6-fb2c92e70f72","began":1795564173.3297894}');
INSERT INTO "events" VALUES(12,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333050155637e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(13,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333050155637e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(14,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333050155637e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"8f8a9f64-594e-5528-8da6-8c00b87a0f7d","attempt":1,"deadline":1796168973.3305016}');
INSERT INTO "events" VALUES(15,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333050155637e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"8f8a9f64-594e-5528-8da6-8c00b87a0f7d","token":"ace6acb0-ca71-525e-b376-7f373aa5d807","expires":1796168973.3305016,"message":"Ship it?"}');
INSERT INTO "events" VALUES(16,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333095121383e+09,'ActionSucceeded','{"v":1,"stage":"Live","action":"GoLive","job":"8f8a9f64-594e-5528-8da6-8c00b87a0f7d","summary":"given when the run was started"}');
INSERT INTO "events" VALUES(17,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333095121383e+09,'StageSucceeded','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(18,'site','9b56f950-a69e-4e53-b2e4-ff9be6987bbb',1.79556417333095121383e+09,'ExecutionSucceeded','{"v":1}');
INSERT INTO "events" VALUES(19,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417334842753413e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(20,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417334842753413e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(21,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417334842753413e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"5c455ec8-94d6-5ed0-a70f-ed978fbcd987","attempt":1,"deadline":1795567773.3484275}');
INSERT INTO "events" VALUES(22,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417334842753413e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(23,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.7955641733606524467e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"5c455ec8-94d6-5ed0-a70f-ed978fbcd987","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795564173.3493502}');
INSERT INTO "events" VALUES(24,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.7955641733606524467e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(25,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.7955641733606524467e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(26,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.7955641733606524467e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"83502877-aa4f-5f18-90d4-1dc2197903c3","attempt":1,"deadline":1795650573.3606524}');
INSERT INTO "events" VALUES(27,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417336139464381e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"83502877-aa4f-5f18-90d4-1dc2197903c3"}');
INSERT INTO "events" VALUES(28,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417336211109154e+09,'ActionFailed','{"v":1,"stage":"Test","action":"Work","job":"83502877-aa4f-5f18-90d4-1dc2197903c3","code":"JobFailed","message":"broken","began":1795564173.3613482}');
INSERT INTO "events" VALUES(29,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417336211109154e+09,'StageFailed','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(30,'site','9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff',1.79556417336211109154e+09,'ExecutionFailed','{"v":1}');
INSERT INTO "events" VALUES(31,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417337137699122e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(32,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417337137699122e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(33,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417337137699122e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"8b5b86cf-2616-503e-8c2a-a20c4120c108","attempt":1,"deadline":1795567773.371377}');
INSERT INTO "events" VALUES(34,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417337137699122e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(35,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338455605509e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"8b5b86cf-2616-503e-8c2a-a20c4120c108","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795564173.3723757}');
INSERT INTO "events" VALUES(36,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338455605509e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(37,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338455605509e+09,'StageEntered','{"v":1,"stage":"Test","dropped":["9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff"]}');
INSERT INTO "events" VALUES(38,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338455605509e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"3aaf03d9-f8df-5a9b-b752-9e42491011a0","attempt":1,"deadline":1795650573.384556}');
INSERT INTO "events" VALUES(39,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338537716867e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"3aaf03d9-f8df-5a9b-b752-9e42491011a0"}');
INSERT INTO "events" VALUES(40,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338600802415e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"3aaf03d9-f8df-5a9b-b752-9e42491011a0","began":1795564173.3853307}');
INSERT INTO "events" VALUES(41,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338600802415e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(42,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338600802415e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(43,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338600802415e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"5c6510c5-6b63-52da-9467-418e3e625c57","attempt":1,"deadline":1796168973.386008}');
INSERT INTO "events" VALUES(44,'site','edda2229-e0c0-45df-a171-74a2a00a655a',1.79556417338600802415e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"5c6510c5-6b63-52da-9467-418e3e625c57","token":"bfccedf2-3814-5e21-b51d-6f6e93ce089f","expires":1796168973.386008,"message":"Ship it?"}');
CREATE TABLE executions (
    id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, trigger TEXT NOT NULL,
    detail TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, note TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
INSERT INTO "executions" VALUES('9b56f950-a69e-4e53-b2e4-ff9be6987bbb','site',1,'Succeeded','StartPipelineExecution','',1.7955641733074240684e+09,1.79556417333095121383e+09,'',0);
INSERT INTO "executions" VALUES('9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff','site',1,'Failed','StartPipelineExecution','',1.79556417334842753413e+09,1.79556417336211109154e+09,'',0);
INSERT INTO "executions" VALUES('edda2229-e0c0-45df-a171-74a2a00a655a','site',1,'InProgress','StartPipelineExecution','',1.79556417337137699122e+09,1.79556417338600802415e+09,'',1);
CREATE TABLE stages (
    execution TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, entered REAL NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (execution, stage)
) WITHOUT ROWID;
INSERT INTO "stages" VALUES('9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Live','Succeeded',1.79556417333050155637e+09,1.79556417333095121383e+09);
INSERT INTO "stages" VALUES('9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Source','Succeeded',1.7955641733074240684e+09,1.79556417332905340197e+09);
INSERT INTO "stages" VALUES('9b56f950-a69e-4e53-b2e4-ff9be6987bbb','Test','Succeeded',1.79556417332905340197e+09,1.79556417333050155637e+09);
INSERT INTO "stages" VALUES('9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff','Source','Succeeded',1.79556417334842753413e+09,1.7955641733606524467e+09);
INSERT INTO "stages" VALUES('9fcc4259-c4e9-4ac7-a7b9-7e70b9d39bff','Test','Failed',1.7955641733606524467e+09,1.79556417336211109154e+09);
INSERT INTO "stages" VALUES('edda2229-e0c0-45df-a171-74a2a00a655a','Live','InProgress',1.79556417338600802415e+09,1.79556417338600802415e+09);
INSERT INTO "stages" VALUES('edda2229-e0c0-45df-a171-74a2a00a655a','Source','Succeeded',1.79556417337137699122e+09,1.79556417338455605509e+09);
INSERT INTO "stages" VALUES('edda2229-e0c0-45df-a171-74a2a00a655a','Test','Succeeded',1.79556417338455605509e+09,1.79556417338600802415e+09);
CREATE INDEX events_of_execution ON events (execution, seq);
CREATE INDEX events_of_pipeline ON events (pipeline, seq);
CREATE INDEX executions_of_pipeline ON executions (pipeline, started);
CREATE INDEX actions_by_fingerprint ON actions (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX actions_of_execution ON actions (execution, started);
COMMIT;
PRAGMA user_version = 1;
