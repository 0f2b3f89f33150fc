BEGIN TRANSACTION;
CREATE TABLE actions (
    execution TEXT NOT NULL, job TEXT NOT NULL, stage TEXT NOT NULL, action TEXT NOT NULL, attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL,
    token TEXT, expires REAL, message TEXT NOT NULL DEFAULT '', variables TEXT, artifacts TEXT,
    summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', fingerprint TEXT, reused TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (execution, job)
) WITHOUT ROWID;
INSERT INTO "actions" VALUES('5a4bd980-551e-4916-85bc-8e73f0576ef8','515a8b87-7211-571b-b7d1-5cf2a0aabe99','Source','Checkout',1,0,'Succeeded',1.79556683542430663104e+09,1.79556683544502687461e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('5a4bd980-551e-4916-85bc-8e73f0576ef8','e9c30001-e6fe-52de-a317-ac1885d3fd1b','Test','Work',1,0,'Failed',1.79556683544502687461e+09,1.79556683544876193999e+09,NULL,NULL,'',NULL,NULL,'','','JobFailed','broken',NULL,'');
INSERT INTO "actions" VALUES('d7c63217-5660-4932-9728-e717b09940af','14e61678-c19f-5535-befd-68820e2b45a4','Live','GoLive',1,0,'InProgress',1.79556683548494291306e+09,1.79556683548494291306e+09,'97d1b3e8-e416-54fa-baa4-a6f64b390d65',1.79617163548494291301e+09,'Ship it?',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('d7c63217-5660-4932-9728-e717b09940af','622febc9-0038-5d1e-a063-c2fc227f6dcf','Test','Work',1,0,'Succeeded',1795566835.47718,1.79556683548494291306e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('d7c63217-5660-4932-9728-e717b09940af','f1ece155-d666-5b45-96fe-8159b4ffbbb1','Source','Checkout',1,0,'Succeeded',1.7955668354629144668e+09,1795566835.47718,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','6919dd7a-8ad8-5bc4-bbc4-8769810566a1','Test','Work',1,0,'Succeeded',1795566835.38331,1.79556683538524794584e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','bb5adee8-71c8-5850-8dc1-1933b674579d','Source','Checkout',1,0,'Succeeded',1.79556683535613656041e+09,1795566835.38331,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','e7329a7a-1b9c-52b1-86ae-68d1a296f498','Live','GoLive',1,0,'Succeeded',1.79556683538524794584e+09,1.79556683538568329812e+09,NULL,1.7961716353852479458e+09,'Ship it?',NULL,NULL,'given when the run was started','','','',NULL,'');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, execution TEXT, at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'site',NULL,1.79556683535613656041e+09,'PipelineCreated','{"v":1,"version":1,"definition":{"pipeline":{"name":"site","role_arn":"${Parameter.PipelineRoleArn}","artifact_store":{"location":"${Parameter.ArtifactBucket}"},"stages":[{"name":"Source","actions":[{"name":"Checkout","action_type_id":{"category":"Source","owner":"AWS","provider":"S3"},"configuration":{"S3Bucket":"sources","S3ObjectKey":"shop.zip"},"output_artifacts":[{"name":"CheckoutOutput"}]}]},{"name":"Test","actions":[{"name":"Work","action_type_id":{"category":"Test","owner":"Custom","provider":"T"},"input_artifacts":["CheckoutOutput"]}]},{"name":"Live","actions":[{"name":"GoLive","action_type_id":{"category":"Approval","owner":"AWS","provider":"Manual"},"configuration":{"CustomData":"Ship it?"}}]}]},"origin":{"places":{"":{"file":"/home/user/write.py","line":20},"Source":{"file":"/home/user/write.py","line":20},"Source/Checkout":{"file":"/home/user/write.py","line":17},"Test":{"file":"/home/user/write.py","line":20},"Test/Work":{"file":"/home/user/write.py","line":18},"Live":{"file":"/home/user/write.py","line":20},"Live/GoLive":{"file":"/home/user/write.py","line":19}},"makers":{"CheckoutOutput":"Checkout"}}}}');
INSERT INTO "events" VALUES(2,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683535613656041e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(3,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683535613656041e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(4,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683535613656041e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"bb5adee8-71c8-5850-8dc1-1933b674579d","attempt":1,"deadline":1795570435.3561366}');
INSERT INTO "events" VALUES(5,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683535613656041e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(6,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1795566835.38331,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"bb5adee8-71c8-5850-8dc1-1933b674579d","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566835.3768878}');
INSERT INTO "events" VALUES(7,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1795566835.38331,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(8,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1795566835.38331,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(9,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1795566835.38331,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"6919dd7a-8ad8-5bc4-bbc4-8769810566a1","attempt":1,"deadline":1795653235.38331}');
INSERT INTO "events" VALUES(10,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538430976866e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"6919dd7a-8ad8-5bc4-bbc4-8769810566a1"}');
INSERT INTO "events" VALUES(11,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538524794584e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"6919dd7a-8ad8-5bc4-bbc4-8769810566a1","began":1795566835.3842556}');
INSERT INTO "events" VALUES(12,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538524794584e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(13,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538524794584e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(14,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538524794584e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"e7329a7a-1b9c-52b1-86ae-68d1a296f498","attempt":1,"deadline":1796171635.385248}');
INSERT INTO "events" VALUES(15,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538524794584e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"e7329a7a-1b9c-52b1-86ae-68d1a296f498","token":"41ba0938-20aa-5773-970a-051c41654d84","expires":1796171635.385248,"message":"Ship it?"}');
INSERT INTO "events" VALUES(16,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538568329812e+09,'ActionSucceeded','{"v":1,"stage":"Live","action":"GoLive","job":"e7329a7a-1b9c-52b1-86ae-68d1a296f498","summary":"given when the run was started"}');
INSERT INTO "events" VALUES(17,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538568329812e+09,'StageSucceeded','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(18,'site','f9c24cd2-a4cd-446b-916e-3bdcc629ffdb',1.79556683538568329812e+09,'ExecutionSucceeded','{"v":1}');
INSERT INTO "events" VALUES(19,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683542430663104e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(20,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683542430663104e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(21,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683542430663104e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"515a8b87-7211-571b-b7d1-5cf2a0aabe99","attempt":1,"deadline":1795570435.4243066}');
INSERT INTO "events" VALUES(22,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683542430663104e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(23,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544502687461e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"515a8b87-7211-571b-b7d1-5cf2a0aabe99","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566835.4261844}');
INSERT INTO "events" VALUES(24,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544502687461e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(25,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544502687461e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(26,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544502687461e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"e9c30001-e6fe-52de-a317-ac1885d3fd1b","attempt":1,"deadline":1795653235.4450269}');
INSERT INTO "events" VALUES(27,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544596767422e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"e9c30001-e6fe-52de-a317-ac1885d3fd1b"}');
INSERT INTO "events" VALUES(28,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544876193999e+09,'ActionFailed','{"v":1,"stage":"Test","action":"Work","job":"e9c30001-e6fe-52de-a317-ac1885d3fd1b","code":"JobFailed","message":"broken","began":1795566835.4459167}');
INSERT INTO "events" VALUES(29,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544876193999e+09,'StageFailed','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(30,'site','5a4bd980-551e-4916-85bc-8e73f0576ef8',1.79556683544876193999e+09,'ExecutionFailed','{"v":1}');
INSERT INTO "events" VALUES(31,'site','d7c63217-5660-4932-9728-e717b09940af',1.7955668354629144668e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(32,'site','d7c63217-5660-4932-9728-e717b09940af',1.7955668354629144668e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(33,'site','d7c63217-5660-4932-9728-e717b09940af',1.7955668354629144668e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"f1ece155-d666-5b45-96fe-8159b4ffbbb1","attempt":1,"deadline":1795570435.4629145}');
INSERT INTO "events" VALUES(34,'site','d7c63217-5660-4932-9728-e717b09940af',1.7955668354629144668e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(35,'site','d7c63217-5660-4932-9728-e717b09940af',1795566835.47718,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"f1ece155-d666-5b45-96fe-8159b4ffbbb1","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566835.4670482}');
INSERT INTO "events" VALUES(36,'site','d7c63217-5660-4932-9728-e717b09940af',1795566835.47718,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(37,'site','d7c63217-5660-4932-9728-e717b09940af',1795566835.47718,'StageEntered','{"v":1,"stage":"Test","dropped":["5a4bd980-551e-4916-85bc-8e73f0576ef8"]}');
INSERT INTO "events" VALUES(38,'site','d7c63217-5660-4932-9728-e717b09940af',1795566835.47718,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"622febc9-0038-5d1e-a063-c2fc227f6dcf","attempt":1,"deadline":1795653235.47718}');
INSERT INTO "events" VALUES(39,'site','d7c63217-5660-4932-9728-e717b09940af',1.7955668354836611748e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"622febc9-0038-5d1e-a063-c2fc227f6dcf"}');
INSERT INTO "events" VALUES(40,'site','d7c63217-5660-4932-9728-e717b09940af',1.79556683548494291306e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"622febc9-0038-5d1e-a063-c2fc227f6dcf","began":1795566835.4806912}');
INSERT INTO "events" VALUES(41,'site','d7c63217-5660-4932-9728-e717b09940af',1.79556683548494291306e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(42,'site','d7c63217-5660-4932-9728-e717b09940af',1.79556683548494291306e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(43,'site','d7c63217-5660-4932-9728-e717b09940af',1.79556683548494291306e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"14e61678-c19f-5535-befd-68820e2b45a4","attempt":1,"deadline":1796171635.484943}');
INSERT INTO "events" VALUES(44,'site','d7c63217-5660-4932-9728-e717b09940af',1.79556683548494291306e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"14e61678-c19f-5535-befd-68820e2b45a4","token":"97d1b3e8-e416-54fa-baa4-a6f64b390d65","expires":1796171635.484943,"message":"Ship it?"}');
CREATE TABLE executions (
    id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, trigger TEXT NOT NULL,
    detail TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, note TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
INSERT INTO "executions" VALUES('5a4bd980-551e-4916-85bc-8e73f0576ef8','site',1,'Failed','StartPipelineExecution','',1.79556683542430663104e+09,1.79556683544876193999e+09,'',0);
INSERT INTO "executions" VALUES('d7c63217-5660-4932-9728-e717b09940af','site',1,'InProgress','StartPipelineExecution','',1.7955668354629144668e+09,1.79556683548494291306e+09,'',1);
INSERT INTO "executions" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','site',1,'Succeeded','StartPipelineExecution','',1.79556683535613656041e+09,1.79556683538568329812e+09,'',0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('projections','1228bbd21352d561628607ae606c9cfc9df9c7b7563c4ee0e1bd146dc781c83d');
CREATE TABLE stages (
    execution TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, entered REAL NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (execution, stage)
) WITHOUT ROWID;
INSERT INTO "stages" VALUES('5a4bd980-551e-4916-85bc-8e73f0576ef8','Source','Succeeded',1.79556683542430663104e+09,1.79556683544502687461e+09);
INSERT INTO "stages" VALUES('5a4bd980-551e-4916-85bc-8e73f0576ef8','Test','Failed',1.79556683544502687461e+09,1.79556683544876193999e+09);
INSERT INTO "stages" VALUES('d7c63217-5660-4932-9728-e717b09940af','Live','InProgress',1.79556683548494291306e+09,1.79556683548494291306e+09);
INSERT INTO "stages" VALUES('d7c63217-5660-4932-9728-e717b09940af','Source','Succeeded',1.7955668354629144668e+09,1795566835.47718);
INSERT INTO "stages" VALUES('d7c63217-5660-4932-9728-e717b09940af','Test','Succeeded',1795566835.47718,1.79556683548494291306e+09);
INSERT INTO "stages" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','Live','Succeeded',1.79556683538524794584e+09,1.79556683538568329812e+09);
INSERT INTO "stages" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','Source','Succeeded',1.79556683535613656041e+09,1795566835.38331);
INSERT INTO "stages" VALUES('f9c24cd2-a4cd-446b-916e-3bdcc629ffdb','Test','Succeeded',1795566835.38331,1.79556683538524794584e+09);
CREATE INDEX events_of_execution ON events (execution, seq);
CREATE INDEX events_of_pipelines ON events (pipeline, seq) WHERE execution IS NULL;
CREATE INDEX executions_of_pipeline ON executions (pipeline, started);
CREATE INDEX actions_by_fingerprint ON actions (fingerprint) WHERE fingerprint IS NOT NULL;
COMMIT;
PRAGMA user_version = 1;
