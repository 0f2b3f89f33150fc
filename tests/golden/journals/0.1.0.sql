BEGIN TRANSACTION;
CREATE TABLE actions (
    execution TEXT NOT NULL, job TEXT NOT NULL, stage TEXT NOT NULL, action TEXT NOT NULL, attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL,
    token TEXT, expires REAL, message TEXT NOT NULL DEFAULT '', variables TEXT, artifacts TEXT,
    summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', fingerprint TEXT, reused TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (execution, job)
) WITHOUT ROWID;
INSERT INTO "actions" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','1d26de7d-0291-5480-96cd-6ee479ea4f94','Live','GoLive',1,0,'Succeeded',1.79556702879195499416e+09,1.79556702879267764093e+09,NULL,1.79617182879195499425e+09,'Ship it?',NULL,NULL,'given when the run was started','','','',NULL,'');
INSERT INTO "actions" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','95b74d52-4f70-5539-a194-22063805b241','Test','Work',1,0,'Succeeded',1.79556702878899025919e+09,1.79556702879195499416e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','f0f70b2c-1cd8-5558-953a-a4b36eafeabf','Source','Checkout',1,0,'Succeeded',1.79556702874772882456e+09,1.79556702878899025919e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','91761f5b-7867-5da9-ad22-44251e25d052','Source','Checkout',1,0,'Succeeded',1.79556702886275696751e+09,1.79556702886853957173e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','a3d739fa-b8a4-5d37-a869-557cb819ff3c','Live','GoLive',1,0,'InProgress',1.79556702887129497527e+09,1.79556702887129497527e+09,'2aef643d-a725-5dd8-8edc-6a1ef04810d1',1.79617182887129497523e+09,'Ship it?',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','ffbdbbe9-f743-583f-b726-c48d5fda0722','Test','Work',1,0,'Succeeded',1.79556702886853957173e+09,1.79556702887129497527e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('d7cd2441-9534-4678-b3c8-cef40a1e4061','30bb6fe0-1c3a-5635-b31c-044dded64b1c','Source','Checkout',1,0,'Succeeded',1.79556702882853841786e+09,1795567028.83496,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('d7cd2441-9534-4678-b3c8-cef40a1e4061','8efeb125-9a46-5523-afae-31155b5fc149','Test','Work',1,0,'Failed',1795567028.83496,1.79556702883708643909e+09,NULL,NULL,'',NULL,NULL,'','','JobFailed','broken',NULL,'');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, execution TEXT, at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'site',NULL,1.79556702874772882456e+09,'PipelineCreated','{"v":1,"version":1,"definition":{"pipeline":{"name":"site","role_arn":"${Parameter.PipelineRoleArn}","artifact_store":{"location":"${Parameter.ArtifactBucket}"},"stages":[{"name":"Source","actions":[{"name":"Checkout","action_type_id":{"category":"Source","owner":"AWS","provider":"S3"},"configuration":{"S3Bucket":"sources","S3ObjectKey":"shop.zip"},"output_artifacts":[{"name":"CheckoutOutput"}]}]},{"name":"Test","actions":[{"name":"Work","action_type_id":{"category":"Test","owner":"Custom","provider":"T"},"input_artifacts":["CheckoutOutput"]}]},{"name":"Live","actions":[{"name":"GoLive","action_type_id":{"category":"Approval","owner":"AWS","provider":"Manual"},"configuration":{"CustomData":"Ship it?"}}]}]},"origin":{"places":{"":{"file":"/home/user/write.py","line":20},"Source":{"file":"/home/user/write.py","line":20},"Source/Checkout":{"file":"/home/user/write.py","line":17},"Test":{"file":"/home/user/write.py","line":20},"Test/Work":{"file":"/home/user/write.py","line":18},"Live":{"file":"/home/user/write.py","line":20},"Live/GoLive":{"file":"/home/user/write.py","line":19}},"makers":{"CheckoutOutput":"Checkout"}}}}');
INSERT INTO "events" VALUES(2,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702874772882456e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(3,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702874772882456e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(4,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702874772882456e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"f0f70b2c-1cd8-5558-953a-a4b36eafeabf","attempt":1,"deadline":1795570628.7477288}');
INSERT INTO "events" VALUES(5,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702874772882456e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(6,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702878899025919e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"f0f70b2c-1cd8-5558-953a-a4b36eafeabf","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795567028.7757473}');
INSERT INTO "events" VALUES(7,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702878899025919e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(8,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702878899025919e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(9,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702878899025919e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"95b74d52-4f70-5539-a194-22063805b241","attempt":1,"deadline":1795653428.7889903}');
INSERT INTO "events" VALUES(10,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879012489324e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"95b74d52-4f70-5539-a194-22063805b241"}');
INSERT INTO "events" VALUES(11,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879195499416e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"95b74d52-4f70-5539-a194-22063805b241","began":1795567028.790051}');
INSERT INTO "events" VALUES(12,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879195499416e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(13,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879195499416e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(14,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879195499416e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"1d26de7d-0291-5480-96cd-6ee479ea4f94","attempt":1,"deadline":1796171828.791955}');
INSERT INTO "events" VALUES(15,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879195499416e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"1d26de7d-0291-5480-96cd-6ee479ea4f94","token":"c7640209-7e51-5ca7-919c-0796d7ea3fdc","expires":1796171828.791955,"message":"Ship it?"}');
INSERT INTO "events" VALUES(16,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879267764093e+09,'ActionSucceeded','{"v":1,"stage":"Live","action":"GoLive","job":"1d26de7d-0291-5480-96cd-6ee479ea4f94","summary":"given when the run was started"}');
INSERT INTO "events" VALUES(17,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879267764093e+09,'StageSucceeded','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(18,'site','bc336071-ccfa-4512-9f9c-55d2ea01c6a5',1.79556702879267764093e+09,'ExecutionSucceeded','{"v":1}');
INSERT INTO "events" VALUES(19,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702882853841786e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(20,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702882853841786e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(21,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702882853841786e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"30bb6fe0-1c3a-5635-b31c-044dded64b1c","attempt":1,"deadline":1795570628.8285384}');
INSERT INTO "events" VALUES(22,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702882853841786e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(23,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1795567028.83496,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"30bb6fe0-1c3a-5635-b31c-044dded64b1c","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795567028.8300745}');
INSERT INTO "events" VALUES(24,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1795567028.83496,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(25,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1795567028.83496,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(26,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1795567028.83496,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"8efeb125-9a46-5523-afae-31155b5fc149","attempt":1,"deadline":1795653428.83496}');
INSERT INTO "events" VALUES(27,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702883601307873e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"8efeb125-9a46-5523-afae-31155b5fc149"}');
INSERT INTO "events" VALUES(28,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702883708643909e+09,'ActionFailed','{"v":1,"stage":"Test","action":"Work","job":"8efeb125-9a46-5523-afae-31155b5fc149","code":"JobFailed","message":"broken","began":1795567028.8358965}');
INSERT INTO "events" VALUES(29,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702883708643909e+09,'StageFailed','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(30,'site','d7cd2441-9534-4678-b3c8-cef40a1e4061',1.79556702883708643909e+09,'ExecutionFailed','{"v":1}');
INSERT INTO "events" VALUES(31,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886275696751e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(32,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886275696751e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(33,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886275696751e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"91761f5b-7867-5da9-ad22-44251e25d052","attempt":1,"deadline":1795570628.862757}');
INSERT INTO "events" VALUES(34,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886275696751e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(35,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886853957173e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"91761f5b-7867-5da9-ad22-44251e25d052","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795567028.863719}');
INSERT INTO "events" VALUES(36,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886853957173e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(37,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886853957173e+09,'StageEntered','{"v":1,"stage":"Test","dropped":["d7cd2441-9534-4678-b3c8-cef40a1e4061"]}');
INSERT INTO "events" VALUES(38,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702886853957173e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"ffbdbbe9-f743-583f-b726-c48d5fda0722","attempt":1,"deadline":1795653428.8685396}');
INSERT INTO "events" VALUES(39,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1795567028.87005,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"ffbdbbe9-f743-583f-b726-c48d5fda0722"}');
INSERT INTO "events" VALUES(40,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702887129497527e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"ffbdbbe9-f743-583f-b726-c48d5fda0722","began":1795567028.869977}');
INSERT INTO "events" VALUES(41,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702887129497527e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(42,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702887129497527e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(43,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702887129497527e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"a3d739fa-b8a4-5d37-a869-557cb819ff3c","attempt":1,"deadline":1796171828.871295}');
INSERT INTO "events" VALUES(44,'site','cfba0487-a0b9-4bb6-9ded-de781c52ace6',1.79556702887129497527e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"a3d739fa-b8a4-5d37-a869-557cb819ff3c","token":"2aef643d-a725-5dd8-8edc-6a1ef04810d1","expires":1796171828.871295,"message":"Ship it?"}');
CREATE TABLE executions (
    id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, trigger TEXT NOT NULL,
    detail TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, note TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
INSERT INTO "executions" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','site',1,'Succeeded','StartPipelineExecution','',1.79556702874772882456e+09,1.79556702879267764093e+09,'',0);
INSERT INTO "executions" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','site',1,'InProgress','StartPipelineExecution','',1.79556702886275696751e+09,1.79556702887129497527e+09,'',1);
INSERT INTO "executions" VALUES('d7cd2441-9534-4678-b3c8-cef40a1e4061','site',1,'Failed','StartPipelineExecution','',1.79556702882853841786e+09,1.79556702883708643909e+09,'',0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('projections','1228bbd21352d561628607ae606c9cfc9df9c7b7563c4ee0e1bd146dc781c83d');
CREATE TABLE stages (
    execution TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, entered REAL NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (execution, stage)
) WITHOUT ROWID;
INSERT INTO "stages" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','Live','Succeeded',1.79556702879195499416e+09,1.79556702879267764093e+09);
INSERT INTO "stages" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','Source','Succeeded',1.79556702874772882456e+09,1.79556702878899025919e+09);
INSERT INTO "stages" VALUES('bc336071-ccfa-4512-9f9c-55d2ea01c6a5','Test','Succeeded',1.79556702878899025919e+09,1.79556702879195499416e+09);
INSERT INTO "stages" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','Live','InProgress',1.79556702887129497527e+09,1.79556702887129497527e+09);
INSERT INTO "stages" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','Source','Succeeded',1.79556702886275696751e+09,1.79556702886853957173e+09);
INSERT INTO "stages" VALUES('cfba0487-a0b9-4bb6-9ded-de781c52ace6','Test','Succeeded',1.79556702886853957173e+09,1.79556702887129497527e+09);
INSERT INTO "stages" VALUES('d7cd2441-9534-4678-b3c8-cef40a1e4061','Source','Succeeded',1.79556702882853841786e+09,1795567028.83496);
INSERT INTO "stages" VALUES('d7cd2441-9534-4678-b3c8-cef40a1e4061','Test','Failed',1795567028.83496,1.79556702883708643909e+09);
CREATE INDEX events_of_execution ON events (execution, seq);
CREATE INDEX events_of_pipelines ON events (pipeline, seq) WHERE execution IS NULL;
CREATE INDEX executions_of_pipeline ON executions (pipeline, started);
CREATE INDEX actions_by_fingerprint ON actions (fingerprint) WHERE fingerprint IS NOT NULL;
COMMIT;
PRAGMA user_version = 1;
